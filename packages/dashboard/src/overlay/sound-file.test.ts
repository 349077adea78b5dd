import { LivekeeperApiError } from "@livekeeper/client";
import { expect, test, vi } from "vitest";
import { SoundFile } from "./sound-file.ts";

const refusal = (code: string, status: number) => new LivekeeperApiError(code, code, { status });

/** A file whose answers a test gives, and a clock that it moves. */
function setup() {
	vi.spyOn(console, "warn").mockReturnValue(undefined);
	const answers: { resolve: (file: Blob) => void; reject: (error: unknown) => void }[] = [];
	const read = vi.fn((_id: string) => new Promise<Blob>((resolve, reject) => answers.push({ resolve, reject })));
	const decode = vi.fn(async (file: Blob) => ({ duration: file.size }) as AudioBuffer);
	const timers = new Set<() => void>();
	const after = (_delayMs: number, fn: () => void) => {
		timers.add(fn);
		return { cancel: () => void timers.delete(fn) };
	};
	const file = new SoundFile("9f86d081884c7d65", read, after, decode);
	return { file, answers, read, decode, timers, next: () => answers.shift() ?? expect.fail() };
}

const blob = new Blob(["RIFF"]);
const sound = { duration: 4 };

test("loads a file at once and decodes it once", async () => {
	const { file, next, read, decode, timers } = setup();
	expect(read.mock.calls).toEqual([["9f86d081884c7d65"]]);
	const first = file.current();
	next().resolve(blob);
	expect(await first).toEqual(sound);
	for (let i = 0; i < 3; i++) {
		const again = file.current();
		next().resolve(blob);
		expect(await again).toEqual(sound);
	}
	expect([read.mock.calls.length, decode.mock.calls.length, timers.size]).toEqual([4, 1, 0]);
});

test("is silent while the file is deleted", async () => {
	const { file, next } = setup();
	const first = file.current();
	next().resolve(blob);
	expect(await first).toEqual(sound);
	const deleted = file.current();
	next().reject(refusal("sound_not_found", 404));
	expect(await deleted).toBeUndefined();
	const back = file.current();
	next().resolve(blob);
	expect(await back).toEqual(sound);
});

test.each([
	["can't be reached", refusal("unreachable", 0)],
	["stops", refusal("shutting_down", 503)],
	["is asked too often", refusal("too_many_requests", 429)],
])("keeps its sound while the service %s", async (_, error) => {
	const { file, next } = setup();
	const first = file.current();
	next().resolve(blob);
	await first;
	const second = file.current();
	next().reject(error);
	expect(await second).toEqual(sound);
});

test("plays what it has while an answer takes long", async () => {
	const { file, next, timers, read } = setup();
	const pass = () => {
		for (const fire of timers) fire();
	};
	const first = file.current();
	pass();
	expect(await first).toBeUndefined();
	const second = file.current();
	expect(read).toHaveBeenCalledTimes(1);
	next().resolve(blob);
	expect(await second).toEqual(sound);
	const third = file.current();
	pass();
	expect(await third).toEqual(sound);
});

test("has no sound for what can't be decoded", async () => {
	const { file, next, decode } = setup();
	decode.mockRejectedValueOnce(new DOMException("Unable to decode audio data", "EncodingError"));
	const first = file.current();
	next().resolve(blob);
	expect(await first).toBeUndefined();
});
