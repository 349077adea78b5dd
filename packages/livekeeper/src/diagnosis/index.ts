export { Diagnosis, type DiagnosisBundle } from "./diagnosis.ts";
