export { Doctor } from "./doctor.ts";
export { type DoctorStep, type DoctorVerdict, type Examination, upstreamStep, wayTo } from "./steps.ts";
