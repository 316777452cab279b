export { Button, LinkButton } from "./Button";
export { Dialog } from "./Dialog";
export { Checkbox, Field, Select } from "./Field";
export { Empty, Loading, Notice, type Outcome, outcomeSign, Pill } from "./Notice";
export { Segmented } from "./Segmented";
export { type Column, type Sort, Table } from "./Table";
