// What every screen is made of. Dialog and Table are the desk's and are imported by name, so that no phone loads them.
export { Button, LinkButton } from "./Button";
export { Checkbox, Field, Select } from "./Field";
export { Empty, Loading, Notice, type Outcome, outcomeSign, Pill } from "./Notice";
export { Segmented } from "./Segmented";
