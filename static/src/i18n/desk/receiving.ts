// Texts of goods receipts, photos, the inbox of unknown codes.
import { area } from "../language";
import { en } from "./receiving_texts/en";
import { zh } from "./receiving_texts/zh";

export const grn = area(zh, en);
