export { Diagnosis } from "./diagnosis.ts";
