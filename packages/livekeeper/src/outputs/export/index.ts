export { type Export, Exporter } from "./exporter.ts";
export { exportFormats } from "./format.ts";
