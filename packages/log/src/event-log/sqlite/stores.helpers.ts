import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { EncodedBatch } from "../encoded-event.ts";
import { encodeBatch } from "../encoded-event.ts";
import type { EventBatch } from "../event-log.ts";
import { defaultKnownEvents } from "../recent-ids.ts";
import type { StoredBatch } from "../stored-batch.ts";
import { RoomNumbers } from "./commit.ts";
import type { SqliteWriter } from "./writer.ts";

const nothing = () => undefined;
export const quietLogger = { info: nothing, warn: nothing, error: nothing };

/**
 * Creates a folder that is removed after the test.
 * @param atEnd registers a function to call when the folder is done with
 */
export function temporaryFolder(atEnd: (release: () => void) => void = onTestFinished): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-log-"));
	atEnd(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export const encoded = (...batches: EventBatch[]): EncodedBatch[] => batches.map(encodeBatch);

const numbers = new WeakMap<SqliteWriter, RoomNumbers>();

/** Stores batches as the log does. @param now ms since the epoch */
export function commit(writer: SqliteWriter, now: number, ...batches: EventBatch[]): StoredBatch[] {
	const known = numbers.get(writer) ?? new RoomNumbers(defaultKnownEvents);
	numbers.set(writer, known);
	return commitTo(writer, known, encoded(...batches), now);
}

/** @param known numbers of the rooms that are written */
export function commitTo(
	writer: Pick<SqliteWriter, "rooms" | "commit">,
	known: RoomNumbers,
	batches: readonly EncodedBatch[],
	now: number,
): StoredBatch[] {
	const unknown = known.unknown(batches);
	if (unknown.length > 0) known.learn(writer.rooms(unknown));
	const { commit: made, stored } = known.number(batches, now);
	writer.commit(made, now);
	return stored;
}
