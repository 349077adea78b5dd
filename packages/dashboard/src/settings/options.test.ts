import type { ConfigOption } from "@livekeeper/client";
import { expect, test } from "vitest";
import { isUnlimited, shownOptions, unitOf } from "./options.ts";

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
	["retention_hours", "integer", "hours"],
	["retention_mb", "integer", "mib"],
	["socket_buffer", "integer", "bytes"],
	["starts_per_second", "integer", "perSecond"],
	["max_rooms", "integer", undefined],
	["x_ms", "text", undefined],
] as const)("derives the unit of %s (%s) as %j", (name, kind, unit) => {
	expect(unitOf({ name, kind })).toBe(unit);
});

test.each([
	["max_connections", null, true],
	["rate_limit", 0, true],
	["max_connections", 5, false],
	["rate_limit", 60, false],
	["proxy", null, false],
] as const)("reads %s = %j as unlimited: %j", (name, value, unlimited) => {
	expect(isUnlimited({ name }, value)).toBe(unlimited);
});
