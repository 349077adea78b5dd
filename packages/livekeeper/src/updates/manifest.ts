import type { KeyObject } from "node:crypto";
import { createPublicKey, verify } from "node:crypto";
import type { Text } from "@livekeeper/base/text";
import type { SiteProfile } from "@livekeeper/douyin";
import { z } from "zod";
import { problemsText, readProfile } from "../site/index.ts";
import { updateTexts } from "../text/index.ts";

/** Answer of an update service: the newest version with its notes, and perhaps a site profile. */
export interface Manifest {
	readonly version: string;
	readonly date: string;
	readonly notes: Text;
	readonly profile: SiteProfile | undefined;
}

export const versionPattern = /^\d{1,6}\.\d{1,6}\.\d{1,6}(-[\w.]{1,64})?$/;

/** The signature is of the text's bytes, so that nothing depends on how JSON is written. */
const envelope = z.object({ signed: z.string().max(1_000_000), signature: z.string().max(200) });
const content = z.object({
	version: z.string().regex(versionPattern),
	date: z.iso.date(),
	notes: z.object({ en: z.string().max(4000), zh: z.string().max(4000) }),
	profile: z.unknown().optional(),
});

/** Reads and verifies a manifest. */
export async function readManifest(text: string, key: KeyObject): Promise<{ manifest: Manifest } | { problem: Text }> {
	const outer = envelope.safeParse(parsed(text));
	if (!outer.success) return { problem: updateTexts.noManifest };
	const { signed, signature } = outer.data;
	if (!isSigned(Buffer.from(signed), signature, key)) return { problem: updateTexts.wrongSignature };
	const inner = content.safeParse(parsed(signed));
	if (!inner.success) return { problem: updateTexts.noManifest };
	const { version, date, notes } = inner.data;
	if (inner.data.profile === undefined) return { manifest: { version, date, notes, profile: undefined } };
	const read = await readProfile(JSON.stringify(inner.data.profile, undefined, "\t"));
	if ("problems" in read) return { problem: updateTexts.wrongProfile(problemsText(read.problems)) };
	return { manifest: { version, date, notes, profile: read.profile } };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// The schema refuses it.
		return undefined;
	}
}

/** Compares versions such as `1.10.0` and `1.10.0-rc.1`: positive if the first is newer. */
export function compareVersions(one: string, other: string): number {
	const [a, b] = [one, other].map((version) => {
		const [numbers = "", ...rest] = version.split("-");
		return { numbers: numbers.split(".").map(Number), rest: rest.join("-") };
	});
	for (let at = 0; at < 3; at++) {
		const difference = (a?.numbers[at] ?? 0) - (b?.numbers[at] ?? 0);
		if (difference !== 0) return difference;
	}
	const [before, after] = [a?.rest ?? "", b?.rest ?? ""];
	if (before === after) return 0;
	// A version without an addition follows those with one.
	if (before === "" || after === "") return before === "" ? 1 : -1;
	return before.localeCompare(after, "en", { numeric: true });
}

/** DER of an ed25519 key up to its 32 bytes (RFC 8410). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** Reads an ed25519 public key: its 32 bytes in base64. `undefined` for anything else. */
export function publicKeyOf(text: string): KeyObject | undefined {
	const raw = Buffer.from(text, "base64");
	if (raw.length !== 32 || raw.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, "")) return undefined;
	return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
}

/** Returns whether `signature` (base64) is one of these bytes by the key's owner. */
export function isSigned(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
	const raw = Buffer.from(signature, "base64");
	return raw.length === 64 && verify(null, bytes, key, raw);
}
