export { type ProbeFinding, type ProbeOptions, type ProbeStep, probe } from "./probe.ts";
