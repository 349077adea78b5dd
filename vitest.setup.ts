import { vi } from "vitest";

const { waitFor } = vi;

/** On a busy machine the second that is waited by itself passes easily: the limit only guards against hanging. */
vi.waitFor = (callback, options = 30_000) => waitFor(callback, options);
