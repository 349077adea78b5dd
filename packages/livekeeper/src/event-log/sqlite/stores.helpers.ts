import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { encodeBatch } from "../encode.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import type { EventBatch } from "../event-log.ts";

const nothing = () => undefined;
export const quietLogger = { info: nothing, warn: nothing, error: nothing };

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-log-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export const encoded = (...batches: EventBatch[]): EncodedBatch[] => batches.map(encodeBatch);
