import { openSettings, sealSettings, type TextBox } from "./secret.ts";
import type { DeadLetter } from "./target.ts";
import { type TargetStore, unwritten } from "./target-store.ts";

const pageSize = 500;

/** Those whose settings the box does not open. */
export async function unreadableTargets(from: TargetStore, box: TextBox): Promise<string[]> {
	const all = await from.list();
	return all.filter((stored) => openSettings(box, stored) === undefined).map(({ target }) => target.id);
}

/**
 * Copies targets into another store, each with how far it has come and its dead letters; those that are there already are
 * left alone. Cut off, it is done again.
 * @returns how many were added, and how many were there
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
			await to.bury(id, letter, place, revision);
			if (letter.queued) await to.queueLetter(id, letter.deliveryId);
		}
		// It begins to be delivered with this.
		await to.add({ ...stored, sealed: sealSettings(boxes.to, id, settings) }, places);
		added++;
	}
	return { added, there: all.length - added };
}

/** Oldest first. */
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
