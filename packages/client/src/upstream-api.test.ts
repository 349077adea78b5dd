import { expect, test } from "vitest";
import { probeOutcome, type Upstream } from "./index.ts";
import { spyClient } from "./spy-service.helpers.ts";

test("reads the state of lookups, and retries an exit", async () => {
	const upstream = { rooms: 1 };
	const { client, asked } = spyClient({ upstream }, { tried: ["direct"], upstream }, { tried: [], upstream });
	expect(await client.upstream.get()).toEqual(upstream);
	expect(await client.upstream.passed({ exit: "direct" })).toEqual({ tried: ["direct"], upstream });
	expect((await client.upstream.passed()).tried).toEqual([]);
	expect(asked).toEqual([
		"GET /api/v1/upstream",
		'POST /api/v1/upstream/passed {"exit":"direct"}',
		"POST /api/v1/upstream/passed {}",
	]);
});

const now = 1_000_000;
const refused = { way: "page", state: "rests", asked: 3, until: now + 400_000 };
const at = (way: object) =>
	({ at: now, exits: [{ name: "direct", ways: [way, { way: "batch", state: "works" }] }] }) as Upstream;

test.each([
	["works", { ...refused, state: "works", asked: 4, until: null }],
	["refused", { ...refused, asked: 4, until: now + 900_000 }],
	["refused for slightly less than before", { ...refused, asked: 4, until: now + 300_000 }],
	["waiting before anything is sent", refused],
	["waiting during the request", { ...refused, asked: 4 }],
	["waiting when it may be asked at once", { ...refused, asked: 4, until: now }],
	["waiting without any result", { ...refused, state: "untried", until: null }],
] as const)("derives the outcome of a probe: %s", (outcome, after) => {
	expect(probeOutcome(at(refused), at(after), "direct")).toBe(outcome.split(" ")[0]);
	expect(probeOutcome(at(refused), at(after), "elsewhere")).toBe("waiting");
});
