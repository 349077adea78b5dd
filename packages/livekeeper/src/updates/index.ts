export { installationOf, pointStarters, untilRestarted, update } from "./installation.ts";
export { publicKeyOf } from "./manifest.ts";
export { startAgain, watchStarter } from "./starter.ts";
export { type UpdateView, UpdateWatch } from "./update-watch.ts";
