"""A stocktake played against a running server, by people and devices that speak HTTP like any other."""
