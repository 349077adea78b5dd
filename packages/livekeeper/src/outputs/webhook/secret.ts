import { randomBytes } from "node:crypto";

/** Encrypts small texts. What was sealed under one context opens under that one only. */
export interface TextBox {
	seal(text: string, context: string): Uint8Array;
	/** @returns `undefined` when it was sealed with another key or context, or is damaged */
	open(box: Uint8Array, context: string): string | undefined;
}

/** What a webhook's secret is sealed under, so that it can't be moved to another webhook. */
export function secretContext(webhookId: string): string {
	return `webhook:${webhookId}`;
}

export function generateSecret(): string {
	return `whsec_${randomBytes(32).toString("base64url")}`;
}

export function generateWebhookId(): string {
	return `wh_${randomBytes(9).toString("base64url")}`;
}
