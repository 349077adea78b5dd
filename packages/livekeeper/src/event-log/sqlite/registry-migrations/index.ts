import { registry } from "./001-registry.ts";
import { overlayTokens } from "./002-overlay-tokens.ts";

/** In order; a registry's `user_version` is how many of them it has had. Released ones never change: append. */
export const registryMigrations: readonly string[] = [registry, overlayTokens];
