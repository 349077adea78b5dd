import { expect, onTestFinished, test, vi } from "vitest";
import { GiftSounds, SoundPlayer } from "./gift-sounds.ts";
import { settingsOf } from "./samples.helpers.ts";

function ringing(search: string) {
	const played: number[] = [];
	const ends: (() => void)[] = [];
	const player = {
		play({ diamonds }: { diamonds: number }, done: () => void) {
			played.push(diamonds);
			ends.push(done);
		},
		cancel: () => played.push(Number.NaN),
	};
	const sounds = new GiftSounds(player, settingsOf(search), () => ({ cancel: () => undefined }));
	const ring = (key: number, diamonds: number) => sounds.ring({ key, diamonds });
	return { played, ring, finish: () => ends.at(-1)?.(), sounds };
}

test("rings only for gifts above the minimum, if enabled", () => {
	const { ring, played, finish } = ringing("sound=50&sound_min=100");
	for (const [key, diamonds] of [
		[1, 99],
		[2, 100],
		[3, 5_000],
	] as const) {
		ring(key, diamonds);
		finish();
	}
	expect(played).toEqual([100, 5_000]);
	const silent = ringing("sound_min=0");
	silent.ring(1, 1e6);
	expect(silent.played).toEqual([]);
});

test("plays sounds one after the other, never two at once", () => {
	const { ring, played, finish } = ringing("sound=50&sound_min=1");
	ring(1, 10);
	ring(2, 20);
	ring(3, 30);
	expect(played).toEqual([10]);
	finish();
	expect(played).toEqual([10, 20]);
	finish();
	expect(played).toEqual([10, 20, 30]);
});

test("rings once per streak, when its total reaches the minimum", () => {
	const { ring, played, finish } = ringing("sound=50&sound_min=100");
	for (const diamonds of [60, 120, 180, 240]) {
		ring(1, diamonds);
		finish();
	}
	expect(played).toEqual([120]);
});

test("rings a waiting streak's latest worth, and no deleted gift", () => {
	const { ring, played, finish, sounds } = ringing("sound=50&sound_min=1");
	ring(1, 10);
	ring(2, 20);
	ring(2, 200);
	ring(3, 30);
	sounds.forget({ key: 3, diamonds: 30 });
	finish();
	finish();
	expect(played).toEqual([10, 200]);
});

test("drops the oldest of more than three waiting sounds", () => {
	const { ring, played, finish } = ringing("sound=50&sound_min=1");
	for (let key = 1; key <= 1_000; key++) ring(key, key);
	for (let i = 0; i < 9; i++) finish();
	expect(played).toEqual([1, 998, 999, 1_000]);
});

/** Stands in for the browser's audio; records what begins, and how the volume of files moves. */
function browserAudio(durationS: number) {
	const begun: string[] = [];
	const volumes: [string, number, number][] = [];
	class FakeContext {
		currentTime = 2;
		destination = {};
		resume = async () => undefined;
		close = async () => undefined;
		decodeAudioData = async () => ({ duration: durationS, length: durationS, sampleRate: 1, numberOfChannels: 0 });
		createGain() {
			const note = (name: string) => (value: number, at: number) => void volumes.push([name, value, at]);
			const gain = {
				setValueAtTime: note("set"),
				linearRampToValueAtTime: note("ramp"),
				exponentialRampToValueAtTime: note("fall"),
			};
			return { gain, connect: () => undefined };
		}
		createBufferSource = () => ({ connect: () => undefined, start: () => void begun.push("file") });
		createOscillator = () => ({
			...{ frequency: {}, connect: () => undefined, stop: () => undefined },
			start: () => void begun.push("note"),
		});
	}
	vi.stubGlobal("AudioContext", FakeContext);
	vi.stubGlobal("OfflineAudioContext", FakeContext);
	vi.spyOn(console, "warn").mockReturnValue(undefined);
	onTestFinished(() => void vi.unstubAllGlobals());
	const lengths: number[] = [];
	const after = (delayMs: number) => {
		lengths.push(delayMs);
		return { cancel: () => undefined };
	};
	return { begun, volumes, lengths, after };
}

const fileId = "9f86d081884c7d65";
const settings = { sound: 50, sound_of: fileId };

test("plays a user's whole file at its volume", async () => {
	const { begun, volumes, lengths, after } = browserAudio(3);
	const player = new SoundPlayer(settings, after, async () => new Blob(["RIFF"]));
	player.play({ diamonds: 1 }, () => undefined);
	await vi.waitFor(() => expect(begun).toEqual(["file"]));
	expect(volumes).toEqual([["set", 0.25, 2]]);
	expect(lengths.at(-1)).toBe(3_000);
});

test("fades out a file that is cut after ten seconds", async () => {
	const { begun, volumes, lengths, after } = browserAudio(10);
	const player = new SoundPlayer(settings, after, async () => new Blob(["RIFF"]));
	player.play({ diamonds: 1 }, () => undefined);
	await vi.waitFor(() => expect(begun).toEqual(["file"]));
	expect(volumes).toEqual([
		["set", 0.25, 2],
		["set", 0.25, 11.5],
		["ramp", 0, 12],
	]);
	expect(lengths.at(-1)).toBe(10_000);
});

test("replaces a deleted file by the chime", async () => {
	const { begun, after } = browserAudio(3);
	const player = new SoundPlayer(settings, after, async () => {
		throw new Error("no such file");
	});
	player.play({ diamonds: 1 }, () => undefined);
	await vi.waitFor(() => expect(begun.length).toBeGreaterThan(0));
	expect(new Set(begun)).toEqual(new Set(["note"]));
});

test("plays nothing that was cancelled before its file came", async () => {
	const { begun, after } = browserAudio(3);
	let come: (file: Blob) => void = () => expect.fail();
	const player = new SoundPlayer(settings, after, () => new Promise((resolve) => (come = resolve)));
	const done = vi.fn();
	player.play({ diamonds: 1 }, done);
	player.cancel();
	come(new Blob(["RIFF"]));
	await new Promise((resolve) => setImmediate(resolve));
	expect([begun, done.mock.calls]).toEqual([[], []]);
});

test("reads no file while silent or for built-in sounds", () => {
	const { after } = browserAudio(3);
	const read = vi.fn(async () => new Blob());
	new SoundPlayer({ sound: 0, sound_of: fileId }, after, read);
	new SoundPlayer({ sound: 50, sound_of: "bell" }, after, read);
	expect(read).not.toHaveBeenCalled();
});
