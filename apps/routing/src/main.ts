import { serve } from '@throughline/platform'
import { routingService } from '@throughline/service-routing'

serve([routingService])
