import { faultNames } from "./en.ts";
import { asTyped } from "./launch.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Lines that say more than the name of their event does. The other fields of an entry stand behind a warning. */
const englishLines: Readonly<Record<string, (fields: Fields) => string>> = {
	manager_started: () => "Connection manager started",
	health_checks_started: () => "Health checks started",
	room_added: ({ live_id }) => `Connecting to room ${live_id}`,
	room_stopped: ({ live_id }) => `Stopped room ${live_id}`,
	room_not_started: () => "A room could not be started",
	service_stopped: () => "livekeeper has stopped",
	events_lost: () => "Some messages could not be written to the event log",
	storage_failing: ({ fault }) =>
		`The event log can't be written (${faultNames[fault as keyof typeof faultNames] ?? String(fault)})`,
	storage_recovered: () => "The event log can be written again",
	login_ended: () => "A login has expired and receives no gifts: update its cookie",
	login_ending: () => "A login is about to expire: update its cookie",
	process_warning: () => "Node.js reported a warning",
	request_failed: () => "A request failed",
	page_not_built: () => "The web page is not built, so the address serves the API only: run npm start or npm run build",
	target_failed: () => "A delivery to a target failed",
	target_dead_letter: ({ attempts }) => `A delivery to a target was abandoned after ${attempts} attempts`,
	target_paused: ({ failures }) => `A target is paused after ${failures} failures in a row`,
	target_resumed: () => "A paused target delivers again",
	sync_not_known: () =>
		"NATS does not report whether writes reach the disk: check that every server has sync_interval: always (livekeeper doctor shows how)",
	lookups_raised: () => "More than 5 lookups per minute: Douyin may ban this network",
};

/** The line of an entry in English: that of its event, else the event's name in words; `undefined` without an event. */
export function englishLine(fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	if (typeof event !== "string") return undefined;
	if (Object.hasOwn(englishLines, event)) return asTyped(englishLines[event]?.(fields as Fields) ?? "");
	const words = event.replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
