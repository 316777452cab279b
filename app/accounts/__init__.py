"""People, roles, site grants, devices, enrolment and sign-in."""
