export { type Export, Exporter, type ExporterOptions } from "./exporter.ts";
export { exportFormats } from "./format.ts";
