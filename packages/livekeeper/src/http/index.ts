export type { WireStatus } from "../live/index.ts";
export { createAccess } from "./access.ts";
export type { App } from "./app.ts";
export type { WireConnections } from "./routes/connections.ts";
export type { WireDoctorEnd, WireDoctorStep } from "./schemas/doctor.ts";
export type { WireIdentity } from "./schemas/identity.ts";
export type { WireOverlayToken } from "./schemas/overlay-token.ts";
export { createHttpServer } from "./server.ts";
