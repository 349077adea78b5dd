import { launchd } from "./launchd.ts";
import type { SystemService } from "./plan.ts";
import { systemd } from "./systemd.ts";
import { taskScheduler } from "./task-scheduler.ts";

/** @returns `undefined` for systems on which livekeeper can't be a service */
export function systemServiceOf(platform: NodeJS.Platform): SystemService | undefined {
	if (platform === "win32") return taskScheduler;
	if (platform === "darwin") return launchd;
	return platform === "linux" ? systemd : undefined;
}
