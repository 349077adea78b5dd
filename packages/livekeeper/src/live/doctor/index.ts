export { Doctor } from "./doctor.ts";
export { type DoctorStep, type DoctorVerdict, type Examination, natsStep, upstreamStep, wayTo } from "./steps.ts";
