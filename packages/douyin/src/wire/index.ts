export * from "./gen/index.ts";
export { WireError } from "./wire-error.ts";
