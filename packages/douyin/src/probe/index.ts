export { type ProbeOptions, type ProbeStep, probe } from "./probe.ts";
