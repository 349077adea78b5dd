import { expect, test } from "vitest";
import { verdictOf } from "./verdict.ts";

const ready = { reason: null, warnings: [] };

test("a service that is not ready is not called fine, and says why, with its warnings", () => {
	expect(verdictOf("open", { reason: "cut off", warnings: ["clock"] }, false)).toEqual({
		word: "unready",
		tone: "bad",
		lines: ["cut off", "clock"],
	});
	expect(verdictOf("open", { reason: "storage: locked", warnings: [] }, true)).toMatchObject({
		word: "storage",
		lines: ["storage: locked"],
	});
	// A room tells it a moment before the service is asked again.
	expect(verdictOf("open", ready, true)).toMatchObject({ word: "storage", tone: "bad" });
});

test("a service with warnings is ready, but not without a word", () => {
	expect(verdictOf("open", { reason: null, warnings: ["clock"] }, false)).toEqual({
		word: "warned",
		tone: "warn",
		lines: ["clock"],
	});
	expect(verdictOf("open", ready, false)).toEqual({ word: "ok", tone: "ok", lines: [] });
});

test("what a service said before it was lost counts no more, and before it has spoken nothing is known", () => {
	expect(verdictOf("lost", ready, false)).toMatchObject({ word: "lost", tone: "bad", lines: [] });
	expect(verdictOf("connecting", ready, false)).toMatchObject({ word: "connecting", tone: "idle" });
	expect(verdictOf("open", undefined, false)).toMatchObject({ word: "connecting", tone: "idle" });
});
