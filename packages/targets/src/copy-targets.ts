import { openSettings, sealSettings, type TextBox } from "./secret.ts";
import type { DeadLetter } from "./target.ts";
import { type TargetStore, unwritten } from "./target-store.ts";

const pageSize = 500;

/** Returns the ids of targets whose settings the box cannot open. */
export async function unreadableTargets(from: TargetStore, box: TextBox): Promise<string[]> {
	const all = await from.list();
	return all.filter((stored) => openSettings(box, stored) === undefined).map(({ target }) => target.id);
}

/**
 * Copies targets into another store, each with its progress and dead letters. Targets that exist there are left alone.
 * If it is interrupted, call it again.
 * @returns the number of targets that were added, and that existed already
 */
export async function copyTargets(
	from: TargetStore,
	to: TargetStore,
	boxes: { from: TextBox; to: TextBox },
): Promise<{ added: number; there: number }> {
	let added = 0;
	const all = await from.list();
	for (const stored of all) {
		const { id } = stored.target;
		const settings = openSettings(boxes.from, stored);
		if (settings === undefined || (await to.get(id))) continue;
		const places = (await from.progress(id)).map(({ progress }) => progress);
		for (const letter of await lettersOf(from, id)) {
			const place = places.find(({ liveId }) => liveId === letter.liveId);
			if (!place) continue;
			const { revision = unwritten } = (await to.roomProgress(id, letter.liveId)) ?? {};
			await to.addDeadLetter(id, letter, place, revision);
			if (letter.queued) await to.queueLetter(id, letter.deliveryId);
		}
		// The target's delivery starts from these places.
		await to.add({ ...stored, sealed: sealSettings(boxes.to, id, settings) }, places);
		added++;
	}
	return { added, there: all.length - added };
}

/** Returns the letters, oldest first. */
async function lettersOf(from: TargetStore, id: string): Promise<DeadLetter[]> {
	const letters: DeadLetter[] = [];
	let before: number | undefined;
	do {
		const page = await from.deadLetters(id, { limit: pageSize, before });
		letters.push(...page.letters);
		before = page.nextBefore;
	} while (before !== undefined);
	return letters.reverse();
}
