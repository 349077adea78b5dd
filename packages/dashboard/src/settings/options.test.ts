import type { ConfigOption } from "@livekeeper/client";
import { expect, test } from "vitest";
import { shownOptions, unitOf } from "./options.ts";

const option = (name: string, help = "") =>
	({ name, help, env: `LIVEKEEPER_${name.toUpperCase()}`, kind: "integer" }) as ConfigOption;
const options = [option("port", "to listen on"), option("retention_hours", "messages older than this are deleted")];
const shown = (search: string, all: boolean) => shownOptions(options, search, all).map(({ name }) => name);

test("shows main options, all on request, and search matches", () => {
	expect(shown("", false)).toEqual(["retention_hours"]);
	expect(shown(" ", true)).toEqual(["port", "retention_hours"]);
	expect(shown("OLDER deleted", false)).toEqual(["retention_hours"]);
	expect(shown("LIVEKEEPER_PORT", false)).toEqual(["port"]);
	expect(shown("nothing", true)).toEqual([]);
});

test.each([
	["offline_poll_ms", "integer", "ms"],
	["retention_hours", "integer", "h"],
	["retention_mb", "integer", "MiB"],
	["socket_buffer", "integer", "B"],
	["starts_per_second", "integer", "/s"],
	["max_rooms", "integer", ""],
	["x_ms", "text", ""],
] as const)("derives the unit of %s (%s) as %j", (name, kind, unit) => {
	expect(unitOf({ name, kind })).toBe(unit);
});
