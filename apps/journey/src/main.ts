import { serve } from '@throughline/platform'
import { journeyService } from '@throughline/service-journey'

serve([journeyService])
