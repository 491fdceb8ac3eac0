import { serve } from '@throughline/platform'
import { identityService } from '@throughline/service-identity'

serve([identityService])
