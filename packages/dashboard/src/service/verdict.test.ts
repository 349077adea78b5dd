import { expect, test } from "vitest";
import { verdictOf } from "./verdict.ts";

const ready = { reason: null, warnings: [] };

test("shows why a service is not ready, with its warnings", () => {
	expect(verdictOf("open", { reason: "cut off", warnings: ["clock"] }, false)).toEqual({
		word: "unready",
		tone: "bad",
		lines: ["cut off", "clock"],
	});
	expect(verdictOf("open", { reason: "storage: locked", warnings: [] }, true)).toMatchObject({
		word: "storage",
		lines: ["storage: locked"],
	});
	// A room reports it a moment before the next poll of the service.
	expect(verdictOf("open", ready, true)).toMatchObject({ word: "storage", tone: "bad" });
});

test("shows the warnings of a service that is ready", () => {
	expect(verdictOf("open", { reason: null, warnings: ["clock"] }, false)).toEqual({
		word: "warned",
		tone: "warn",
		lines: ["clock"],
	});
	expect(verdictOf("open", ready, false)).toEqual({ word: "ok", tone: "ok", lines: [] });
});

test("ignores readiness while disconnected, and assumes none before the first", () => {
	expect(verdictOf("lost", ready, false)).toMatchObject({ word: "lost", tone: "bad", lines: [] });
	expect(verdictOf("connecting", ready, false)).toMatchObject({ word: "connecting", tone: "idle" });
	expect(verdictOf("open", undefined, false)).toMatchObject({ word: "connecting", tone: "idle" });
});
