// Texts of the stocktake screens.
import { area } from "../language";
import { en } from "./count_texts/en";
import { zh } from "./count_texts/zh";

export const count = area(zh, en);
