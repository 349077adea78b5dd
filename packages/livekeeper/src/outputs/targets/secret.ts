import { randomBytes } from "node:crypto";
import type { TargetSettings } from "./target.ts";
import type { StoredTarget } from "./target-store.ts";

/** Encrypts small texts. What was sealed under one context opens under that one only. */
export interface TextBox {
	seal(text: string, context: string): Uint8Array;
	/** @returns `undefined` when it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined;
}

export function sealSettings(box: Pick<TextBox, "seal">, targetId: string, settings: TargetSettings): Uint8Array {
	return box.seal(JSON.stringify(settings), contextOf(targetId));
}

/** @returns `undefined` when they were sealed with another key, or are damaged */
export function openSettings(box: Pick<TextBox, "open">, { target, sealed }: StoredTarget): TargetSettings | undefined {
	const text = box.open(sealed, contextOf(target.id));
	return text === undefined ? undefined : (JSON.parse(text) as TargetSettings);
}

/** The settings of one target can't be moved to another. */
function contextOf(targetId: string): string {
	return `target:${targetId}`;
}

export function generateSecret(): string {
	return `tgsec_${randomBytes(32).toString("base64url")}`;
}

export function generateTargetId(): string {
	return `tgt_${randomBytes(9).toString("base64url")}`;
}
