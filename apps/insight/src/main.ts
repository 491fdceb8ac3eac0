import { serve } from '@throughline/platform'
import { insightService } from '@throughline/service-insight'

serve([insightService])
