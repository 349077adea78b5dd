import { randomBytes } from "node:crypto";
import type { TargetSettings } from "./target.ts";
import type { StoredTarget } from "./target-store.ts";

/** Encrypts small texts. A text sealed under one context opens only under that context. */
export interface TextBox {
	seal(text: string, context: string): Uint8Array;
	/** @returns `undefined` if it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined;
}

export function sealSettings(box: Pick<TextBox, "seal">, targetId: string, settings: TargetSettings): Uint8Array {
	return box.seal(JSON.stringify(settings), contextOf(targetId));
}

/** @returns `undefined` if they were sealed with another key, or are damaged */
export function openSettings(box: Pick<TextBox, "open">, { target, sealed }: StoredTarget): TargetSettings | undefined {
	const text = box.open(sealed, contextOf(target.id));
	return text === undefined ? undefined : (JSON.parse(text) as TargetSettings);
}

/** Replaces a secret where people see what is sent. */
const masked = "••••••";

/** Returns settings for a preview. They contain no secret, so nothing made from them does. */
export function withoutSecrets(settings: TargetSettings, secrets: readonly string[]): TargetSettings {
	return Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [name, secrets.includes(name) ? maskedIn(value) : value]),
	);
}

function maskedIn(value: unknown): unknown {
	if (typeof value === "string") return masked;
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.keys(value).map((name) => [name, masked]));
}

/** Minimum length of a secret to hide, because shorter ones occur in any text by chance. */
const minSecretLength = 4;

/** Hides secrets in a receiver's answer, which may quote its request. */
export function secretMask(settings: TargetSettings, secrets: readonly string[]): (text: string) => string {
	const hidden = new Set<string>();
	for (const value of secrets.flatMap((name) => textsIn(settings[name]))) {
		for (const part of [value, ...partsOf(value)]) {
			for (const form of [part, encodeURIComponent(part), JSON.stringify(part).slice(1, -1)]) hidden.add(form);
		}
	}
	const byLength = [...hidden].filter(({ length }) => length >= minSecretLength);
	byLength.sort((a, b) => b.length - a.length);
	return (text) => byLength.reduce((left, secret) => left.replaceAll(secret, masked), text);
}

function textsIn(value: unknown): string[] {
	if (typeof value === "string") return [value];
	return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Returns the secret parts: a key in the path or query of an address, the part of a header after its scheme, a token
 * after its owner.
 */
function partsOf(secret: string): string[] {
	if (!URL.canParse(secret) || !/^https?:/i.test(secret)) return secret.split(/[ :]/).slice(1);
	const { pathname, searchParams, search } = new URL(secret);
	return [pathname + search, ...pathname.split("/").slice(-1), ...searchParams.values()];
}

/** Context of one target, so its settings cannot be moved to another. */
function contextOf(targetId: string): string {
	return `target:${targetId}`;
}

export function generateSecret(): string {
	return `tgsec_${randomBytes(32).toString("base64url")}`;
}

export function generateTargetId(): string {
	return `tgt_${randomBytes(9).toString("base64url")}`;
}
