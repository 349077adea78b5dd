import { ScaledClock } from "@livekeeper/douyin/testing";
import { type ConfigInput, parseConfig, startService } from "livekeeper";
import { pino } from "pino";

/** What the process is told on its command line, as JSON. */
export interface ScaledServiceSettings {
	config: ConfigInput;
	/** How many times as fast as real time the service lives. */
	factor: number;
	/** What the fast clock shows at `realMs`, the machine's time. */
	clockMs: number;
	realMs: number;
}

/** What it answers to `"probe"`. */
export interface Probe {
	/** Memory in use after a garbage collection. */
	heapUsed: number;
	rss: number;
	/** What keeps the process alive, by kind. */
	resources: Record<string, number>;
}

/** The service in a process of its own that can be killed, on a clock that runs fast and agrees with its parent's. */
const settings = JSON.parse(process.argv[2] ?? "{}") as ScaledServiceSettings;
const { factor, clockMs, realMs } = settings;
const clock = new ScaledClock(factor, clockMs + (Date.now() - realMs) * factor);
const service = await startService(parseConfig(settings.config), { clock, logger: pino({ level: "warn" }) });

function probe(): Probe {
	globalThis.gc?.();
	const { heapUsed, rss } = process.memoryUsage();
	const resources: Record<string, number> = {};
	for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
	return { heapUsed, rss, resources };
}

process.on("message", (message) => {
	if (message === "probe") process.send?.(probe());
});
// Who runs it has died: nobody would end it.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("SIGTERM", async () => {
	await service.stop();
	process.off("disconnect", orphaned);
	process.disconnect();
});
process.send?.("listening");
