import { expect, test } from "vitest";
import { GiftSounds } from "./gift-sounds.ts";
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
