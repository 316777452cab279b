// What the desk's calls answer. Quantities are integers of the smallest unit, money of the minor unit.
export * from "./types/book";
export * from "./types/count";
export * from "./types/masters";
export * from "./types/purchasing";
export * from "./types/receiving";
