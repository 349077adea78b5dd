import { randomBytes } from "node:crypto";
import type { TargetSecrets } from "./target.ts";
import type { StoredTarget } from "./target-store.ts";

/** Encrypts small texts. What was sealed under one context opens under that one only. */
export interface TextBox {
	seal(text: string, context: string): Uint8Array;
	/** @returns `undefined` when it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined;
}

export function sealSecrets(box: Pick<TextBox, "seal">, targetId: string, { url, secret }: TargetSecrets): Uint8Array {
	return box.seal(JSON.stringify({ url, secret }), contextOf(targetId));
}

/** @returns `undefined` when they were sealed with another key, or are damaged */
export function openSecrets(box: Pick<TextBox, "open">, { target, sealed }: StoredTarget): TargetSecrets | undefined {
	const text = box.open(sealed, contextOf(target.id));
	return text === undefined ? undefined : (JSON.parse(text) as TargetSecrets);
}

/** The secrets of one target can't be moved to another. */
function contextOf(targetId: string): string {
	return `target:${targetId}`;
}

export function generateSecret(): string {
	return `tgsec_${randomBytes(32).toString("base64url")}`;
}

export function generateTargetId(): string {
	return `tgt_${randomBytes(9).toString("base64url")}`;
}
