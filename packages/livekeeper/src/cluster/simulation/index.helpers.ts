export { ClusterSimulation, simulationDefaults } from "./cluster-simulation.helpers.ts";
export type { Operation } from "./log-servers.helpers.ts";
export type { Computation } from "./owners.helpers.ts";
export { RandomChurn } from "./random-churn.helpers.ts";
export type { Recovery, Step } from "./recovery.helpers.ts";
export type { SimulatedNode } from "./simulated-node.helpers.ts";
