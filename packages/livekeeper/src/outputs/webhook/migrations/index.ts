import { webhooks } from "./001-webhooks.ts";

/** In order. Released ones never change: append. */
export const webhookMigrations: readonly string[] = [webhooks];
