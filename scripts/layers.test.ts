import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { cruise, type IConfiguration, type ICruiseResult } from "dependency-cruiser";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Imports, each `from → to`, with the rule that it breaks. */
const forbidden: [rule: string, from: string, to: string][] = [
	["engine-rooms", "engine/src/rooms/room.ts", "engine/src/connections/index.ts"],
	["log-packages", "log/src/event-log/log.ts", "engine/src/index.ts"],
	["log-storage", "log/src/storage/notes.ts", "log/src/event-log/index.ts"],
	["by-export", "livekeeper/src/live/room-queue.ts", "log/src/event-log/encoded-event.ts"],
	["engine-packages", "engine/src/connections/admission/admission.ts", "livekeeper/src/live/index.ts"],
	["livekeeper-outputs", "livekeeper/src/outputs/sse.ts", "livekeeper/src/http/index.ts"],
	["livekeeper-unknown-part", "livekeeper/src/sideboard/index.ts", "livekeeper/src/version.ts"],
	["douyin-wire", "douyin/src/wire/index.ts", "douyin/src/codec/index.ts"],
	["douyin-sequencer", "douyin/src/sequencer/index.ts", "douyin/src/clock.ts"],
	["douyin-events", "douyin/src/events/index.ts", "douyin/src/session/index.ts"],
	["simulator-traffic", "simulator/src/traffic/talk.ts", "simulator/src/rooms/room.ts"],
	["dashboard-overlay", "dashboard/src/overlay/main.ts", "dashboard/src/ui/now.ts"],
	["by-index", "engine/src/connections/route.ts", "engine/src/rooms/step.ts"],
	["outputs-apart", "livekeeper/src/outputs/sse.ts", "livekeeper/src/outputs/websocket/index.ts"],
	["schemas-apart", "livekeeper/src/http/schemas/room.ts", "livekeeper/src/http/routes/rooms.ts"],
	["no-test-helpers", "livekeeper/src/live/index.ts", "livekeeper/src/live/fake.helpers.ts"],
	["livekeeper-by-name", "livekeeper/src/live/recall.ts", "douyin/src/errors.ts"],
	["douyin-packages", "douyin/src/probe.ts", "livekeeper/src/version.ts"],
	["nothing-above-packages", "douyin/src/net/index.ts", "../e2e/kit.ts"],
	["library-better-sqlite3", "livekeeper/src/live/wishes.ts", "../node_modules/better-sqlite3/index.js"],
	["resolvable", "client/src/client.ts", "client/src/gone.ts"],
	["no-cycles", "client/src/ping.ts", "client/src/pong.ts"],
];
const allowed: [from: string, to: string][] = [
	["engine/src/connections/index.ts", "engine/src/rooms/index.ts"],
	["engine/src/rooms/room.test.ts", "engine/src/connections/index.ts"],
	["livekeeper/src/live/room.test.ts", "livekeeper/src/live/fake.helpers.ts"],
	["log/src/event-log/sqlite/writer.ts", "../node_modules/better-sqlite3/index.js"],
	["douyin/src/session/index.ts", "douyin/src/net/index.ts"],
	// The other half of a cycle, which is reported once.
	["client/src/pong.ts", "client/src/ping.ts"],
];
const missing = "client/src/gone.ts";

let folder: string;
let found: ICruiseResult;

/** Writes the files into an empty folder, each with its imports, and checks them as `npm run layers` does. */
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "livekeeper-layers-"));
	const files = new Map<string, string>();
	for (const [from, to] of [...forbidden.map(([, ...pair]) => pair), ...allowed]) {
		const path = relative(dirname(from), to);
		const specifier = path.startsWith(".") ? path : `./${path}`;
		if (to !== missing) files.set(to, files.get(to) ?? "export const a = 1;\n");
		files.set(from, `import "${specifier}";\n${files.get(from) ?? "export const a = 1;\n"}`);
	}
	for (const [path, text] of files) {
		const file = join(folder, "packages", path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	const file = new URL("../dependency-cruiser.config.mjs", import.meta.url).href;
	const { default: configuration } = (await import(file)) as { default: IConfiguration };
	const { forbidden: rules = [], options } = configuration;
	const result = await cruise(["packages"], {
		...options,
		baseDir: folder,
		validate: true,
		ruleSet: { forbidden: rules },
	});
	found = result.output as ICruiseResult;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rulesAgainst(from: string, to: string): string[] {
	const [source, target] = [join("packages", from), to === missing ? "./gone.ts" : join("packages", to)];
	const { violations } = found.summary;
	return violations.filter((each) => each.from === source && each.to === target).map(({ rule }) => rule.name);
}

test.each(forbidden)("%s finds %s → %s", (rule, from, to) => {
	expect(rulesAgainst(from, to)).toContain(rule);
});

test.each(allowed)("%s may import %s", (from, to) => {
	expect(rulesAgainst(from, to)).toEqual([]);
});

test("every import was checked, and nothing else found", () => {
	expect(found.summary.totalDependenciesCruised).toBe(forbidden.length + allowed.length);
	expect(new Set(found.summary.violations.map(({ from, to }) => `${from} ${to}`)).size).toBe(forbidden.length);
});
