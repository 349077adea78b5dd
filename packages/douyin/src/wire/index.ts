export { commonFieldOf, type FieldLimits, type RawField, type RawFields, readFields } from "./fields.ts";
export * from "./gen/index.ts";
export { type Budget, MAX_TEXT_BYTES, newBudget, type Reader, readerOf, usual } from "./reader.ts";
export { WireError } from "./wire-error.ts";
