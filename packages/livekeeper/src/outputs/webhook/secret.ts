import { randomBytes } from "node:crypto";
import type { WebhookSecrets } from "./webhook.ts";
import type { StoredWebhook } from "./webhook-store.ts";

/** Encrypts small texts. What was sealed under one context opens under that one only. */
export interface TextBox {
	seal(text: string, context: string): Uint8Array;
	/** @returns `undefined` when it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined;
}

export function sealSecrets(
	box: Pick<TextBox, "seal">,
	webhookId: string,
	{ url, secret }: WebhookSecrets,
): Uint8Array {
	return box.seal(JSON.stringify({ url, secret }), contextOf(webhookId));
}

/** @returns `undefined` when they were sealed with another key, or are damaged */
export function openSecrets(
	box: Pick<TextBox, "open">,
	{ webhook, sealed }: StoredWebhook,
): WebhookSecrets | undefined {
	const text = box.open(sealed, contextOf(webhook.id));
	return text === undefined ? undefined : (JSON.parse(text) as WebhookSecrets);
}

/** The secrets of one webhook can't be moved to another. */
function contextOf(webhookId: string): string {
	return `webhook:${webhookId}`;
}

export function generateSecret(): string {
	return `whsec_${randomBytes(32).toString("base64url")}`;
}

export function generateWebhookId(): string {
	return `wh_${randomBytes(9).toString("base64url")}`;
}
