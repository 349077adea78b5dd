export { installationOf, update } from "./installation.ts";
export { publicKeyOf } from "./signed.ts";
export { type UpdateView, UpdateWatch } from "./update-watch.ts";
