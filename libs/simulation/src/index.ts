export { DEFECTS, foundCompany, simulate, SimulationFailure } from './simulation.js'
export type { Company, Defect, Simulated, SimulationOptions } from './simulation.js'
