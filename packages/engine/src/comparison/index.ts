export { type Compared, type ComparedAll, Comparison } from "./comparison.ts";
