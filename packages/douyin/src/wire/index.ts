export * from "./gen/index.ts";
export { type Budget, newBudget } from "./reader.ts";
export { WireError } from "./wire-error.ts";
