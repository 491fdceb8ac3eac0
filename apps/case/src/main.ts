import { serve } from '@throughline/platform'
import { caseService } from '@throughline/service-case'

serve([caseService])
