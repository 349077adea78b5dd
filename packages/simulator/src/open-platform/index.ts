export { type AppChange, OpenPlatform } from "./open-platform.ts";
export type { PlatformApp } from "./platform-app.ts";
export { type AppSettings, type MsgType, msgTypes, type PushFaults } from "./platform-options.ts";
export { addOpenPlatform } from "./platform-routes.ts";
export type { TaskTruth } from "./task.ts";
